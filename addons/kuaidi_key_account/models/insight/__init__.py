# figures first, then what is made of them
from . import monthly_figure
from . import figure_rows
from . import figure_api
from . import account_figures
