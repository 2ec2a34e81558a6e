"""Verifies a certificate: by proof from the chain where it can be had, else from what was kept on site."""

from collections.abc import Sequence

from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.chain.facts import ChainUnavailableError, FactSource, Question
from hub.origin.verifying.judging import Presentation, Terms, judge, judge_unasked
from hub.origin.verifying.verdict import Ground, Reason, Verification, verdict_of


class Verifier:
    """Asks sources in order of trust; the first that answers is believed."""

    def __init__(self, sources: Sequence[FactSource], terms: Terms) -> None:
        """Ask in this order: the chain itself first, what is kept on site next."""
        self._sources = sources
        self._terms = terms

    def verify(self, document: AnchoredCertificate, presented: Presentation) -> Verification:
        """Give the verdict; nobody answering leaves it open, and says why each could not."""
        apart = judge_unasked(document, presented, self._terms)
        if any(reason.ground is Ground.OTHER_REGISTRY for reason in apart):
            return Verification(verdict=verdict_of(apart), reasons=apart)
        lines = tuple(sorted(presented.drawn))
        certificate = document.certificate
        question = Question(document.registry, certificate.state, document.root, document.index, lines)
        silences = []
        for source in self._sources:
            try:
                facts = source.ask(question)
            except ChainUnavailableError as error:
                silences.append(Reason(Ground(error.silence.value), str(error)))
                continue
            return judge(document, facts, presented, self._terms)
        reasons = (*apart, *(silences or [Reason(Ground.NOT_CONFIGURED)]))
        return Verification(verdict=verdict_of(reasons), reasons=reasons)
