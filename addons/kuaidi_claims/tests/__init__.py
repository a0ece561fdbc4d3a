from . import test_claims_roles
