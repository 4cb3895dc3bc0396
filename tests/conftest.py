"""What all tests share: the gate gives a commit the same verdict every time it is asked.

Properties are tried on the same examples in every run. To look for new ones: ``pytest --hypothesis-profile=search``.
"""

from hypothesis import settings

settings.register_profile("gate", derandomize=True)
settings.register_profile("search", derandomize=False)
settings.load_profile("gate")
