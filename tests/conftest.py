"""What all tests share: the gate gives a commit the same verdict every time it is asked.

Properties are tried on the same examples in every run, and no slow moment of a machine fails one. To look for new
examples: ``pytest --hypothesis-profile=search``.
"""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "gate", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.register_profile("search", derandomize=False, deadline=None)
settings.load_profile("gate")
