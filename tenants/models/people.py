"""People, their identity numbers, the households they live in, and who may act for them."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from tenants.models.history import tracked
from tenants.models.querysets import PersonQuerySet
from tenants.models.sorting import norwegian


class Protection(models.IntegerChoices):
    """Address protection (adressesperre). The dwelling–person link itself is the secret."""

    NONE = 0, _("none")
    CONFIDENTIAL = 7, _("confidential (code 7)")
    STRICT = 6, _("strictly confidential (code 6)")


@tracked(exclude=["sort_name", "search_name"])
class Person(models.Model):
    """A tenant, applicant, child or other member of a household. One row, several roles."""

    given_name = models.CharField(_("given name"), max_length=80)
    family_name = models.CharField(_("family name"), max_length=80)
    born_on = models.DateField(_("born on"), null=True, blank=True)
    died_on = models.DateField(_("died on"), null=True, blank=True)
    protection = models.SmallIntegerField(
        _("address protection"), choices=Protection.choices, default=Protection.NONE
    )
    language = models.CharField(_("language"), max_length=10, default="nb")
    needs_interpreter = models.CharField(
        _("interpreter for"), max_length=40, blank=True, help_text=_("Language, empty when none.")
    )
    safety_note = models.CharField(_("safety note"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    email_used_on = models.DateField(
        _("e-mail last used"),
        null=True,
        blank=True,
        help_text=_("The last day the person is known to have used or confirmed the address."),
    )
    post_address = models.CharField(
        _("postal address"),
        max_length=200,
        blank=True,
        db_default="",
        help_text=_("Where letters go when it is not to the dwelling."),
    )
    is_reserved = models.BooleanField(
        _("reserved against digital contact"), default=False, help_text=_("As in KRR.")
    )
    version = models.IntegerField(default=1, editable=False)
    sort_name = models.GeneratedField(
        expression=norwegian(Concat("family_name", models.Value(" "), "given_name")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    search_name = models.GeneratedField(
        expression=Lower(Concat("given_name", models.Value(" "), "family_name")),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            models.Index(fields=["sort_name", "id"], name="tenants_person_sort"),
            GinIndex(OpClass("search_name", name="gin_trgm_ops"), name="tenants_person_search"),
            models.Index(
                fields=["id"],
                name="tenants_person_protected",
                condition=~models.Q(protection=0),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="tenants_person_dies_after_birth",
                condition=models.Q(died_on__isnull=True)
                | models.Q(born_on__isnull=True)
                | models.Q(died_on__gte=models.F("born_on")),
            ),
            models.CheckConstraint(
                name="tenants_person_uses_an_email",
                condition=models.Q(email_used_on__isnull=True) | ~models.Q(email=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def is_protected(self) -> bool:
        return self.protection != Protection.NONE


class PersonIdentity(models.Model):
    """A person's identity number: sealed, and found only by its whole value."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="identity")
    number_sealed = models.BinaryField()
    number_mac = models.BinaryField(max_length=32, unique=True)

    class Meta:
        verbose_name = _("identity number")
        verbose_name_plural = _("identity numbers")


class Household(models.Model):
    """People who live together; members come and go by date."""

    number = models.CharField(_("number"), max_length=20, unique=True)

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __str__(self) -> str:
        return self.number


class MemberRole(models.TextChoices):
    ADULT = "adult", _("adult")
    CHILD = "child", _("child")


class HouseholdMember(models.Model):
    """One person in one household, both days inclusive."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=MemberRole.choices)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("household member")
        verbose_name_plural = _("household members")
        constraints = [
            models.UniqueConstraint(
                fields=["household", "person", "from_on"], name="tenants_member_once"
            ),
            models.CheckConstraint(
                name="tenants_member_dates_in_order",
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gte=models.F("from_on")),
            ),
        ]


@tracked()
class Guardianship(models.Model):
    """A guardian (verge) with a mandate and dates; gets a copy of every notice within it.

    `post_address` is the guardian's own, parted by commas or line breaks: never the ward's.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="guardianships")
    guardian_name = models.CharField(_("guardian"), max_length=160)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    post_address = models.CharField(
        _("postal address"), max_length=200, blank=True, db_default="", default=""
    )
    mandate = models.CharField(_("mandate"), max_length=200)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)
    version = models.IntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("guardianship")
        verbose_name_plural = _("guardianships")
        constraints = [
            models.CheckConstraint(
                name="tenants_guardianship_dates_in_order",
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gte=models.F("from_on")),
            ),
        ]


class AbsenceKind(models.TextChoices):
    PRISON = "prison", _("prison")
    HOSPITAL = "hospital", _("hospital")
    TREATMENT = "treatment", _("treatment")
    OTHER = "other", _("away for another reason")


@tracked()
class Absence(models.Model):
    """Somebody who is away from home for a while, both days inclusive, and how to reach them.

    One that was entered by mistake is withdrawn with a reason, and stays.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences")
    kind = models.CharField(_("where"), max_length=10, choices=AbsenceKind.choices)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)
    contact_name = models.CharField(_("reached through"), max_length=120, blank=True, default="")
    contact_phone = models.CharField(_("phone"), max_length=20, blank=True, default="")
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    withdrawn_because = models.CharField(
        _("withdrawn because"), max_length=200, blank=True, default=""
    )
    version = models.IntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(
                name="tenants_absence_dates_in_order",
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gte=models.F("from_on")),
            ),
        ]


@tracked()
class Estate(models.Model):
    """Who speaks for somebody who has died."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="estate")
    contact_name = models.CharField(_("contact"), max_length=160)
    phone = models.CharField(_("phone"), max_length=20, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    known_on = models.DateField(_("known since"))

    class Meta:
        verbose_name = _("estate")
        verbose_name_plural = _("estates")
