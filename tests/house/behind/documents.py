"""Documents on the case, one taken in by hand, and a package for the archive."""

from datetime import timedelta
from typing import Any

from arrears.services.case_folder import case_folder
from boligsak.dates import today
from boligsak.letters.models import Template
from boligsak.letters.services.archive import build, order
from boligsak.letters.services.journal import NewParty, journal
from tests.factories import UserFactory
from tests.house.world import SECRET_NAME, SECRET_STREET
from tests.letters.test_uploads import pdf


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    day = today() - timedelta(days=1)
    by = UserFactory(role="administrator", role__cleared=True)
    # What is said of an ordinary tenancy may be read; only the protected one has a secret to keep.
    hides = case.lease.is_protected
    sender = NewParty(
        "sender",
        SECRET_NAME if hides else "Namsfogden",
        SECRET_STREET if hides else "Boks 1",
        is_third=True,
    )
    document = journal(
        case_folder(case, day),
        direction="in",
        kind="court",
        title="Brev fra namsmannen",
        content=pdf(),
        media_type="application/pdf",
        dated_on=day,
        parties=[sender],
        by=by,
        on=day,
        source="upload",
    )
    letter = journal(
        case_folder(case, day),
        direction="out",
        kind="information",
        title="Informasjon",
        content=pdf(),
        media_type="application/pdf",
        dated_on=day,
        parties=[
            NewParty("recipient", SECRET_NAME if hides else "Nav", SECRET_STREET if hides else "")
        ],
        template=Template.objects.order_by("pk").first(),
        by=by,
        on=day,
    )
    package = order(day, day, is_protected=hides, is_repeat=True, by=by, on=today())
    build(package.pk, on=today())
    on_the_document = ("document", "document_file", "document_withdraw")
    on_the_package = ("archive_package", "archive_progress", "archive_file")
    return {
        **{f"desk:{name}": {"pk": document.pk} for name in on_the_document},
        "desk:document_send": {"pk": letter.pk},
        "desk:document_picture": {"pk": document.pk, "number": 1},
        "desk:document_upload": {"kind": "case", "pk": case.pk},
        **{f"letters:{name}": {"pk": package.pk} for name in on_the_package},
    }
