from . import claim
from . import claim_intake
from . import claim_flow
