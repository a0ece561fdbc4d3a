# types and templates first, then the plans made from them, then what fulfils them
from . import service_type
from . import festival
