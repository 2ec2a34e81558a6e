"""Simulated non-mated track scores: the best of a gallery, as lanes with different travellers see them."""

import math

import numpy as np
from numpy.typing import NDArray

GALLERY = 1000


def normal_tops(count: int, random: np.random.Generator, gallery: int = GALLERY) -> NDArray[np.float64]:
    """Top scores of strangers against `gallery` references with normal scores: 0.02 mean, 0.08 deviation."""
    return 0.02 + 0.08 * _normal_upper(_upper_share(count, random, gallery))


def mixed_tops(count: int, random: np.random.Generator, gallery: int = GALLERY) -> NDArray[np.float64]:
    """Give the same with one traveller in seven from a group whose scores spread wider."""
    shares = _upper_share(count, random, gallery)
    is_wide = random.random(count) < 1 / 7
    return np.where(is_wide, 0.03 + 0.10 * _normal_upper(shares), 0.02 + 0.08 * _normal_upper(shares))


def heavy_tops(count: int, random: np.random.Generator, gallery: int = GALLERY) -> NDArray[np.float64]:
    """Top scores with an exponential tail, heavier than normal ones."""
    return -0.035 * np.log(_upper_share(count, random, gallery))


def _upper_share(count: int, random: np.random.Generator, gallery: int) -> NDArray[np.float64]:
    """Upper tail probability of the highest of `gallery` independent scores."""
    return np.asarray(-np.expm1(np.log(random.random(count)) / gallery))


def _normal_upper(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the standard normal score that this share exceeds, to 1e-4."""
    grid = np.linspace(-8.5, 8.5, 17_001)
    upper = np.array([0.5 * math.erfc(z / math.sqrt(2)) for z in grid])
    return np.interp(-np.log(np.maximum(shares, 1e-16)), -np.log(upper), grid)
