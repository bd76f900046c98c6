"""Every layout in every language on a neutral plate, before a picture is asked for: made, judged, bound into a page."""

from adlocalizer.proofing.making import make_proof
from adlocalizer.proofing.scope import ProofOrder, ProofPlan, plan_proof

__all__ = ["ProofOrder", "ProofPlan", "make_proof", "plan_proof"]
