"""The profile of a likelihood over one parameter, the others at their best for each of its values."""

from __future__ import annotations

import math
from collections.abc import Callable

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError


class ProfileCurve:
    """Falls from the maximum on either side; its limits invert the likelihood-ratio test.

    `maximum` takes a value of the parameter and a start for all parameters, and gives the log-likelihood and
    the parameters at their best, or None where there is no maximum. The others start where `covariance`
    expects them to follow.
    """

    def __init__(
        self,
        maximum: Callable[[float, Floats], tuple[float, Floats] | None],
        top: Floats,
        index: int,
        log_likelihood: float,
        covariance: Floats,
    ) -> None:
        self._maximum = maximum
        self._top = top
        self._last = top
        self._centre = float(top[index])
        self._log_likelihood = log_likelihood
        self._index = index
        self._ridge = covariance[:, index] / covariance[index, index]

    def drop(self, at: float) -> float:
        """Twice the fall of the log-likelihood when the parameter is held at this value."""
        for start in (self._last, self._top):
            found = self._maximum(at, start + (at - start[self._index]) * self._ridge)
            if found is not None:
                self._last = found[1]
                return 2.0 * (self._log_likelihood - found[0])
        raise no_convergence()

    def limit(self, step: float, critical: float) -> float:
        """Where the profile has fallen by the critical value, on the side of `step`; infinite if never."""
        from scipy.optimize import brentq

        self._last = self._top
        inner, reach = self._centre, 1.5 * step
        for _ in range(60):
            outer = self._centre + reach
            if self.drop(outer) > critical:
                return float(
                    brentq(
                        self._beyond,
                        inner,
                        outer,
                        args=(critical,),
                        xtol=1e-12 * max(1.0, abs(outer)),
                        rtol=1e-13,
                    )
                )
            inner, reach = outer, 1.5 * reach
        return math.copysign(math.inf, step)

    def _beyond(self, at: float, critical: float) -> float:
        return -critical if at == self._centre else self.drop(at) - critical


def no_convergence() -> StatisticsError:
    """The error of a likelihood whose maximum was not found."""
    return StatisticsError(
        "statistics.no-convergence",
        "The likelihood of the model could not be maximised.",
        remedy="Look for a predictor that almost separates the classes; use Firth's penalty or leave it out.",
    )
