"""The views that answer the common questions, in SQL that SQLite, DuckDB and PostgreSQL all read.

`leaderboard` holds only exact absolute results of a method that the paper itself proposes: never a difference, a range
or a bound ("up to", "at least"), never a score that the abstract quotes for a baseline: those stand in `reported`.
The views of one name are replaced with every new version of the tables.
"""

from __future__ import annotations

# Year and month, from the date or, where the dump has none, from an arXiv identifier of today's kind (2211.06220).
_MONTH = """COALESCE(SUBSTR(p.published, 1, 7),
    CASE WHEN p.arxiv LIKE '____.%' THEN '20' || SUBSTR(p.arxiv, 1, 2) || '-' || SUBSTR(p.arxiv, 3, 2) END)"""

# A result with what its names mean: `dataset_id`, `metric_id`, `method_id` and `task_id` are the vocabulary's
# identifiers where it has them, else the surface forms, so they can be grouped by.
_REPORTED = f"""
SELECT r.paper_id, r.seq, p.title, p.published, {_MONTH} AS month, p.url,
  COALESCE(d.canonical, r.dataset) AS dataset_id, r.dataset,
  COALESCE(m.canonical, r.metric) AS metric_id, r.metric, m.higher_is_better,
  COALESCE(s.canonical, r.method) AS method_id, r.method, s.role AS method_role,
  COALESCE(t.canonical, r.task) AS task_id, r.task,
  r.kind, r.value, r.value_high, r.unit, r.qualifier, r.direction, r.split, r.baseline, r.conditions, r.surface,
  r.rule, r.confidence
FROM results r
JOIN papers p ON p.id = r.paper_id
LEFT JOIN datasets d ON d.paper_id = r.paper_id AND d.name = r.dataset
LEFT JOIN metrics m ON m.paper_id = r.paper_id AND m.name = r.metric
LEFT JOIN methods s ON s.paper_id = r.paper_id AND s.name = r.method
LEFT JOIN tasks t ON t.paper_id = r.paper_id AND t.name = r.task
"""

# One board is one dataset, metric and scale. Percent, points and no unit are one scale, null (83.5 and 83.5% are the
# same claim); any other unit is one of its own. A bare number of at most 1 beside larger ones may be a fraction (an
# accuracy of 0.835) or not (a collision rate of 0.18 beside 0.30%): it counts as a fraction of 100 where higher is
# better, the board has percentages and nothing on it is beyond 100; else such numbers rank among themselves, on the
# scale "fraction". The HTML report does the same (assets/boards.js). A claim that a paper makes twice is one row.
# Where the vocabulary does not say which direction is better, there is no rank.
_LEADERBOARD = """
WITH exact AS (
  SELECT q.*, COALESCE(higher_is_better, {false}) = {true} AS up,
    CASE WHEN unit IN ('%', 'points') THEN NULL ELSE unit END AS own_scale,
    unit IS NULL AND ABS(value) <= 1 AS small
  FROM reported q
  WHERE kind = 'absolute' AND method_role = 'proposed' AND dataset IS NOT NULL AND metric IS NOT NULL
    AND value_high IS NULL AND qualifier IS NULL
), boards AS (
  SELECT e.*,
    MAX(CASE WHEN unit = '%' THEN 1 ELSE 0 END) OVER board AS percent,
    MAX(CASE WHEN own_scale IS NULL THEN ABS(value) ELSE 0 END) OVER board AS largest
  FROM exact e
  WINDOW board AS (PARTITION BY dataset_id, metric_id)
), scaled AS (
  SELECT b.*,
    CASE WHEN small AND up AND percent = 1 AND largest <= 100 THEN value * 100 ELSE value END AS score,
    CASE WHEN small AND (percent = 1 AND NOT (up AND largest <= 100) OR percent = 0 AND up AND largest > 1)
      THEN 'fraction' ELSE own_scale END AS scale
  FROM boards b
), counted AS (
  SELECT s.*, ROW_NUMBER() OVER (
    PARTITION BY paper_id, dataset_id, metric_id, method_id, scale, score ORDER BY confidence DESC, seq
  ) AS nth
  FROM scaled s
)
SELECT dataset_id AS dataset, metric_id AS metric,
  CASE WHEN higher_is_better IS NULL THEN NULL ELSE RANK() OVER (
    PARTITION BY dataset_id, metric_id, scale, higher_is_better
    ORDER BY CASE WHEN higher_is_better = {true} THEN -score ELSE score END
  ) END AS rank,
  method, value, unit, scale, split, conditions, higher_is_better, paper_id, title, published, month, url, confidence
FROM counted
WHERE nth = 1
"""

_CODE_LINKS = f"""
SELECT l.paper_id, p.title, p.published, {_MONTH} AS month, p.arxiv, p.url AS paper_url,
  l.url, l.host, l.owner, l.repo, l.status, l.from_dump, l.confidence
FROM links l JOIN papers p ON p.id = l.paper_id
WHERE l.kind = 'code'
"""


def _listed(table: str, column: str, where: str = "") -> str:
    return (
        f"(SELECT {{concat}}({column}, '; ') FROM (SELECT {column} FROM {table}"
        f" WHERE paper_id = p.id{where} ORDER BY seq) x)"
    )


_PAPERS_FLAT = f"""
SELECT p.id, p.title, p.abstract, p.published, {_MONTH} AS month, p.url, p.arxiv, p.doi, p.code_availability,
  {_listed("methods", "name", " AND role = 'proposed'")} AS proposed_methods,
  {_listed("methods", "name", " AND role = 'used'")} AS used_methods,
  {_listed("datasets", "name")} AS datasets,
  {_listed("metrics", "name")} AS metrics,
  {_listed("tasks", "name")} AS tasks,
  {_listed("results", "surface")} AS results,
  {_listed("links", "url", " AND kind = 'code'")} AS code,
  (SELECT COUNT(*) FROM results WHERE paper_id = p.id) AS result_count,
  (SELECT COUNT(*) FROM quantities WHERE paper_id = p.id) AS quantity_count
FROM papers p
"""

# One row for every paper that names a method, oldest first: `nth` is 1 where the method is first seen.
_METHOD_TIMELINE = f"""
SELECT COALESCE(s.canonical, s.name) AS method, s.name, s.role, p.published, {_MONTH} AS month, s.paper_id, p.title,
  ROW_NUMBER() OVER (
    PARTITION BY COALESCE(s.canonical, s.name)
    ORDER BY COALESCE(p.published, {_MONTH} || '-99', '9999'), s.paper_id, s.seq
  ) AS nth
FROM methods s JOIN papers p ON p.id = s.paper_id
"""

# In the order in which they are created: `leaderboard` reads `reported`.
VIEWS: dict[str, str] = {
    "reported": _REPORTED,
    "leaderboard": _LEADERBOARD,
    "code_links": _CODE_LINKS,
    "papers_flat": _PAPERS_FLAT,
    "method_timeline": _METHOD_TIMELINE,
}


def create_views(dialect: str) -> list[str]:
    """The statements that drop and create every view."""
    words = {"true": "TRUE", "false": "FALSE", "concat": "string_agg"}
    if dialect == "sqlite":
        words = {"true": "1", "false": "0", "concat": "group_concat"}
    statements = [f"DROP VIEW IF EXISTS {name}" for name in reversed(VIEWS)]
    for name, body in VIEWS.items():
        for word, text in words.items():
            body = body.replace("{" + word + "}", text)
        statements.append(f"CREATE VIEW {name} AS {body.strip()}")
    return statements
