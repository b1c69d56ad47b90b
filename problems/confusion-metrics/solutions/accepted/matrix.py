# The whole confusion matrix, C x C; returns a tuple.
import numpy as np


def classification_report(y, p, labels):
    C = len(labels)
    matrix = np.bincount(np.searchsorted(labels, y) * C + np.searchsorted(labels, p), minlength=C * C)
    matrix = matrix.reshape(C, C)
    tp = np.diagonal(matrix).copy()
    fp = matrix.sum(axis=0) - tp
    fn = matrix.sum(axis=1) - tp
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.nan_to_num(tp / (tp + fp))
        recall = np.nan_to_num(tp / (tp + fn))
        f1 = np.nan_to_num(2 * tp / (2 * tp + fp + fn))
        accuracy = float(np.nan_to_num(np.float64(tp.sum()) / len(y)))
        weighted = float(np.nan_to_num(np.sum(f1 * (tp + fn)) / np.sum(tp + fn)))
    macro = float(f1.sum() / max(C, 1))
    return tp, fp, fn, precision, recall, f1, accuracy, macro, weighted, accuracy
