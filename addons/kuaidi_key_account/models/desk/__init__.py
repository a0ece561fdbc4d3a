from . import desk
from . import desk_collection
from . import desk_renewals
from . import desk_tenders
