"""Make geometry.json with shapely: voxels, coverage, erosion and size of seeded polygons.

python tests/oracles/geometry.py > tests/oracles/geometry.json
"""

import json
import sys

import numpy as np
import shapely

SHAPE = (24, 28)


def star(rng, centre, low, high, n_points):
    angle = (np.arange(n_points) + rng.uniform(0, 0.8, n_points)) * (2 * np.pi / n_points)
    radius = rng.uniform(low, high, n_points)
    return np.round(np.array(centre) + radius[:, None] * np.stack((np.sin(angle), np.cos(angle)), 1), 3)


def case(name, rings):
    polygon = shapely.Polygon(rings[0], rings[1:])
    assert polygon.is_valid, name
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    centres = shapely.points(rows.ravel(), columns.ravel())
    inside = np.flatnonzero(shapely.intersects(polygon, centres))
    boxes = shapely.box(rows - 0.5, columns - 0.5, rows + 0.5, columns + 0.5)
    covered = shapely.area(shapely.intersection(polygon, boxes)).ravel()
    touched = np.flatnonzero(covered > 0)
    distance = shapely.distance(polygon.boundary, centres[inside])
    return {
        "name": name,
        "rings": [ring.tolist() for ring in rings],
        "inside": inside.tolist(),
        "distance": distance.tolist(),
        "covered_at": touched.tolist(),
        "covered": covered[touched].tolist(),
        "area": polygon.area,
        "length": shapely.LinearRing(rings[0]).length,
    }


def main():
    rng = np.random.default_rng(7)
    cases = [case(f"star {k}", [star(rng, (11.3, 13.1), 5, 10, 9 + 4 * k)]) for k in range(5)]
    for k in range(3):
        outer = star(rng, (11.0, 13.4), 8, 10.5, 16)
        holes = [star(rng, (9.0, 10.0), 1, 2, 7), star(rng, (12.0, 16.5), 1, 2.5, 8)]
        cases.append(case(f"holes {k}", [outer, *holes]))
    square = np.array([[4, 5], [4, 15], [14, 15], [14, 5]], dtype=float)
    cases.append(case("square on centres", [square]))
    cases.append(case("square on sides", [square + 0.5]))
    cases.append(case("square with a hole on centres", [square, 0.4 * (square - [9, 10]) + [9, 10]]))
    cases.append(case("diamond on centres", [np.array([[4, 10], [10, 16], [16, 10], [10, 4]], dtype=float)]))
    cases.append(case("sliver between centres", [np.array([[5.2, 3.0], [5.4, 20.0], [5.3, 3.0]])]))
    record = {
        "tool": "shapely",
        "version": shapely.__version__,
        "geos": shapely.geos_version_string,
        "command": "python tests/oracles/geometry.py > tests/oracles/geometry.json",
        "shape": SHAPE,
        "cases": cases,
    }
    json.dump(record, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
