"""spaCy components, one a file, in the order in which a paper passes them."""

STAGES = (
    "paperfacts_links",
    "paperfacts_vocabulary",
    "paperfacts_numbers",
    "paperfacts_names",
    "paperfacts_results",
    "paperfacts_quantities",
)
