"""registration.py SCARDELTA PAIRS: accuracy and time of `scardelta align` and of what OpenCV offers,
on pairs of synthetic faces with known truth (see registration_pairs.c), in one run.

Errors are in per cent of the distance of the eyes: the median over a pair's points and their 95th
percentile, then the median over the pairs of a level. Times include reading both photos and writing
the laid-over one; ratios are to the last, strongest peer."""
import os
import subprocess
import sys
import tempfile
import time

import cv2
import numpy as np

LEVELS = ["easy", "medium", "hard", "extreme"]
FLOW_SIGMA_PX = 6
CONSISTENT_PX = 1.5


def homography(before, after):
    """SIFT, ratio test, RANSAC."""
    sift = cv2.SIFT_create(8000)
    (ka, da), (kb, db) = (sift.detectAndCompute(p, None) for p in (before, after))
    pairs = cv2.BFMatcher().knnMatch(da, db, k=2)
    good = [m for m, n in pairs if m.distance < 0.8 * n.distance]
    if len(good) < 8:
        return None
    a = np.float32([ka[m.queryIdx].pt for m in good])
    b = np.float32([kb[m.trainIdx].pt for m in good])
    return cv2.findHomography(a, b, cv2.RANSAC, 3.0)[0]


def through(h, x, y):
    q = np.stack([x, y, np.ones_like(x)], -1) @ h.T
    return q[..., 0] / q[..., 2], q[..., 1] / q[..., 2]


def grid_of(picture):
    y, x = np.mgrid[0:picture.shape[0], 0:picture.shape[1]].astype(np.float64)
    return x, y


def whole_map(before, h):
    return through(h, *grid_of(before))


def flow_map(before, after, h, regularised):
    """Dense inverse search (DIS) after the homography; regularised: smoothed with the weight of the
    forward-backward agreement."""
    x, y = whole_map(before, h)
    laid = cv2.remap(after, x.astype(np.float32), y.astype(np.float32), cv2.INTER_CUBIC,
                     borderMode=cv2.BORDER_REPLICATE)
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    flow = dis.calc(before, laid, None)
    if regularised:
        back = dis.calc(laid, before, None)
        gx, gy = grid_of(before)
        returned = cv2.remap(back, (gx + flow[..., 0]).astype(np.float32),
                             (gy + flow[..., 1]).astype(np.float32), cv2.INTER_LINEAR)
        miss = np.hypot(*(flow + returned).transpose(2, 0, 1))
        weight = np.exp(-(miss / CONSISTENT_PX) ** 2) + 1e-4
        blur = lambda v: cv2.GaussianBlur(v, (0, 0), FLOW_SIGMA_PX)
        flow = np.stack([blur(flow[..., c] * weight) / blur(weight) for c in (0, 1)], -1)
    gx, gy = grid_of(before)
    return through(h, gx + flow[..., 0], gy + flow[..., 1])


def peer(method):
    def run(folder, points):
        photos = [cv2.imread(os.path.join(folder, n)) for n in ("before.jpg", "after.jpg")]
        grey = [cv2.cvtColor(p, cv2.COLOR_BGR2GRAY) for p in photos]
        h = homography(*grey)
        if h is None:
            return None
        x, y = whole_map(grey[0], h) if method == "homography" else flow_map(
            *grey, h, method == "regularised")
        laid = cv2.remap(photos[1], x.astype(np.float32), y.astype(np.float32), cv2.INTER_CUBIC)
        with tempfile.TemporaryDirectory() as out:
            cv2.imwrite(os.path.join(out, "laid.jpg"), laid, [cv2.IMWRITE_JPEG_QUALITY, 95])
        column, row = points[:, 0].astype(int), points[:, 1].astype(int)
        return np.column_stack([x[row, column], y[row, column]])
    return run


def scardelta(program):
    def run(folder, points):
        with tempfile.TemporaryDirectory() as out:
            code = subprocess.run(
                [program, "align", folder + "/before.jpg", folder + "/after.jpg", "-o", out, "-q",
                 "--map-points", folder + "/points.csv"], stderr=subprocess.DEVNULL).returncode
            if code != 0:
                return None
            rows = np.genfromtxt(out + "/mapped-points.csv", delimiter=",", skip_header=1)
        rows[rows[:, 4] == 0] = np.nan
        return rows[:, 2:4]
    return run


def score(run, folder):
    points, truth = (np.loadtxt(f"{folder}/{n}.csv", delimiter=",", skiprows=1)
                     for n in ("points", "truth"))
    eyes = float(open(folder + "/eyes.txt").read())
    start = time.perf_counter()
    found = run(folder, points)
    seconds = time.perf_counter() - start
    if found is None:
        return np.inf, np.inf, seconds
    error = np.hypot(*(found - truth).T) / eyes * 100
    error[~np.isfinite(error)] = np.inf
    # not interpolated: a point without an answer counts as infinitely far
    error = np.sort(error)
    return error[len(error) // 2], error[int(0.95 * len(error))], seconds


def main():
    program, pairs = sys.argv[1:3]
    folders = sorted(os.listdir(pairs))
    runs = {"scardelta align": scardelta(program), "SIFT, homography": peer("homography"),
            "the same, DIS flow": peer("flow"), "the same, regularised": peer("regularised")}
    rows = {name: {f: score(run, os.path.join(pairs, f)) for f in folders}
            for name, run in runs.items()}
    base = np.median([s for _, _, s in rows["the same, regularised"].values()])
    print(f"{'median / p95, % of the eyes':28}" + "".join(f"{l:>16}" for l in LEVELS) +
          f"{'seconds':>10}{'ratio':>7}")
    for name, found in rows.items():
        line = f"{name:28}"
        for level in LEVELS:
            of = [found[f] for f in folders if f.startswith(level)]
            line += f"{np.median([m for m, _, _ in of]):9.2f} /{np.median([p for _, p, _ in of]):5.2f}"
        seconds = np.median([s for _, _, s in found.values()])
        print(line + f"{seconds:10.2f}{seconds / base:7.2f}")
    print("\nscardelta by skin tone (0 very light .. 5 very dark), median / p95 over the levels")
    for tone in sorted({f.split("-")[1] for f in folders}):
        of = [rows["scardelta align"][f] for f in folders if f.endswith("-" + tone)]
        print(f"  tone {tone}: {np.median([m for m, _, _ in of]):.2f} / "
              f"{np.median([p for _, p, _ in of]):.2f}")


main()
