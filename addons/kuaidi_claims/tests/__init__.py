from . import test_claims_roles
from . import test_claim_compensation_rules
from . import test_claim_money_amount
from . import test_claim_money_approval
from . import test_claim_money_payout
