"""A chain that says what it is told to."""

from collections.abc import Callable

from hub.origin.chain.facts import ChainFacts, ChainUnavailableError, Question


class SaidFacts:
    """Answers with what was said before, or with the silence."""

    def __init__(self, said: ChainFacts | ChainUnavailableError | Callable[[Question], ChainFacts]) -> None:
        self._said = said
        self.questions: list[Question] = []

    def ask(self, question: Question) -> ChainFacts:
        """Answer."""
        self.questions.append(question)
        if isinstance(self._said, ChainUnavailableError):
            raise self._said
        return self._said if isinstance(self._said, ChainFacts) else self._said(question)
