"""NumPy as solutions use it: LAPACK, FFT, random numbers, sorting, text, threads.  No word on standard error."""
import io
import sys
import threading

import numpy as np

VARIANT = "@VARIANT@"


class Quiet(io.StringIO):
    def write(self, text):
        raise RuntimeError("noise on standard error: " + text)


def linear_algebra(rng):
    a = rng.normal(size=(60, 60))
    u, s, vt = np.linalg.svd(a)
    assert np.allclose(u * s @ vt, a)
    assert np.allclose(np.linalg.solve(a, a @ np.ones(60)), 1)
    q, r = np.linalg.qr(a)
    assert np.allclose(q @ r, a)
    w, v = np.linalg.eigh(a + a.T)
    assert np.allclose((v * w) @ v.T, a + a.T)
    assert np.allclose(np.linalg.inv(a) @ a, np.eye(60))
    np.linalg.cholesky(a @ a.T + np.eye(60))
    np.linalg.lstsq(a, np.ones(60), rcond=None)
    np.linalg.eig(a), np.linalg.det(a), np.linalg.pinv(a)


def twice_and_one(x):
    sys.stderr = Quiet()
    rng = np.random.default_rng(7)
    if VARIANT == "linear-algebra":
        linear_algebra(rng)
    elif VARIANT == "fft":
        a = rng.normal(size=4096)
        assert np.allclose(np.fft.ifft(np.fft.fft(a)).real, a)
        assert np.allclose(np.fft.irfft2(np.fft.rfft2(a.reshape(64, 64))), a.reshape(64, 64))
    elif VARIANT == "random":
        for generator in (np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64):
            np.random.Generator(generator(1)).choice(100, 10, replace=False)
        np.random.seed(1)
        np.random.rand(3)
        np.random.default_rng().permutation(10)
    elif VARIANT == "sorting":
        a = rng.integers(0, 1000, 100000)
        assert (np.diff(np.sort(a, kind="stable")) >= 0).all()
        np.unique(a, return_counts=True), np.argpartition(a, 10), np.searchsorted(np.sort(a), a), np.lexsort((a, -a))
        np.einsum("ij,jk->ik", a[:100].reshape(10, 10), a[:100].reshape(10, 10))
    elif VARIANT == "text":
        np.genfromtxt(io.StringIO("1,2\n3,4"), delimiter=",")
        np.savetxt(io.StringIO(), np.eye(3))
        with open("/tmp/legal-array", "wb") as file:
            np.save(file, np.eye(3))
        assert np.load("/tmp/legal-array", mmap_mode="r")[1, 1] == 1
    else:
        threads = [threading.Thread(target=linear_algebra, args=(np.random.default_rng(i),)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return 2 * x + 1
