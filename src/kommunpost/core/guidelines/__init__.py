"""The e-mail guidelines as data, and the settings by which a municipality puts them to work."""

from kommunpost.core.guidelines.clauses import CLAUSES, SECTIONS
from kommunpost.core.guidelines.model import Clause, Surface
from kommunpost.core.guidelines.problems import Problem, ProfileError
from kommunpost.core.guidelines.profile import Profile
from kommunpost.core.guidelines.reading import load_profile

__all__ = ["CLAUSES", "SECTIONS", "Clause", "Problem", "Profile", "ProfileError", "Surface", "load_profile"]
