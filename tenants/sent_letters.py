"""What happens on this floor when a letter it wrote is sent."""

from boligsak.letters.sent import on_sent


def register() -> None:
    from tenants.services import decision_letters as letters
    from tenants.services import indexation, renewals

    on_sent(letters.SOURCE, letters.decision_sent, check=letters.may_be_sent)
    on_sent(letters.PRELIMINARY_SOURCE, letters.preliminary_sent)
    on_sent(indexation.SOURCE, indexation.notice_sent, check=indexation.may_go)
    on_sent(renewals.SOURCE, renewals.was_sent, check=renewals.may_go)
