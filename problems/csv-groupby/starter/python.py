# Python with NumPy.
#
# data: path of the CSV file (str); open() it as often as you like
# Return the table as a list of tuples (region, n, n_missing, mean, min, max), a list of dicts, or a dict of
# columns.  NULL is None; in the float columns NaN is NULL too.


def csv_groupby(data):
    rows = []
    with open(data, "rb") as file:
        header = file.readline()
    return rows
