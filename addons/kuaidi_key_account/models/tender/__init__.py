# the tender first, then what belongs to it
from . import tender
from . import tender_part
from . import tender_guard
from . import tender_lot
from . import tender_member
from . import tender_flow
from . import tender_counts
