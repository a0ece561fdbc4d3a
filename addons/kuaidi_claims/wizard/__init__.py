from . import claim_close
from . import complaint_callback
from . import complaint_intake
from . import complaint_note
from . import claim_pay
