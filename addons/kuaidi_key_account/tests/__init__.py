from . import test_account_client_file
from . import test_account_onboarding
from . import test_account_roles
from . import test_account_handover
