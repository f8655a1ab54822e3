"""The admin of résumés and of the taxonomy of skills."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Count, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from resumes.models import SECTIONS, Resume, Skill, SkillAlias
from resumes.taxonomy import learn_words, normalise
from umemployed.privacy.reads import ReadsAreAudited


@admin.register(Resume)
class ResumeAdmin(ReadsAreAudited, ModelAdmin):
    """People's own words: to be looked at when they ask for help, not edited."""

    list_display = ["title", "owner", "status", "is_primary", "completeness", "language", "updated_at"]
    list_filter = ["status", "is_primary", "language"]
    search_fields = ["=owner__email", "title", "=public_id"]
    list_select_related = ["owner"]
    ordering = ["-pk"]
    show_full_result_count = False
    readonly_fields = [field.name for field in Resume._meta.fields]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AliasForm(forms.ModelForm):
    """A label whose one meaning is judged before it is saved."""

    def clean_label(self) -> str:
        """Refuse a label that means another skill already."""
        label = self.cleaned_data["label"]
        taken = SkillAlias.objects.filter(normalised=normalise(label)).exclude(pk=self.instance.pk)
        if not normalise(label):
            raise forms.ValidationError(_("This is no label."))
        if other := taken.select_related("skill").first():
            raise forms.ValidationError(_("This label means “{skill}” already.").format(skill=other.skill))
        self.instance.normalised = normalise(label)
        return label


class AliasFormSet(BaseInlineFormSet):
    """The labels of one skill, no two of which may be the same."""

    def clean(self) -> None:
        """Refuse labels that differ only in case, accents or separators."""
        super().clean()
        labels = [normalise(form.cleaned_data["label"]) for form in self.forms if form.cleaned_data.get("label")]
        if len(set(labels)) < len(labels):
            raise forms.ValidationError(_("Two of these labels are the same."))


class AliasInline(TabularInline):
    """Every label of a skill, its own name included."""

    model = SkillAlias
    form = AliasForm
    formset = AliasFormSet
    fields = ["label"]
    extra = 1


@admin.register(Skill)
class SkillAdmin(ModelAdmin):
    """The taxonomy: staff add skills and labels; résumés that name a new label find it on the next import."""

    list_display = ["name", "slug", "label_count", "source_uri"]
    search_fields = ["name", "slug", "aliases__normalised"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [AliasInline]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Skill]:
        """Count the labels in the same query."""
        return super().get_queryset(request).annotate(label_count=Count("aliases", distinct=True))

    @admin.display(description=_("labels"))
    def label_count(self, skill: Any) -> int:
        return skill.label_count

    @transaction.atomic
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Make the skill's own name one of its labels, and let misspellings of all labels be found."""
        super().save_related(request, form, formsets, change)
        skill, name = form.instance, normalise(form.instance.name)
        if name:
            SkillAlias.objects.get_or_create(normalised=name, defaults={"skill": skill, "label": skill.name})
        learn_words(skill.aliases.values_list("normalised", flat=True))


def section_inline(name: str) -> type[TabularInline]:
    """Return the read-only view of one section."""
    model = SECTIONS[name]
    shown = [f.name for f in model._meta.fields if f.name not in {"id", "public_id", "resume", "extras", "normalised"}]
    return type(
        f"{model.__name__}Inline",
        (ReadOnlyInline,),
        {"model": model, "fields": shown, "readonly_fields": shown, "__module__": __name__},
    )


class ReadOnlyInline(TabularInline):
    """Rows to look at."""

    extra = 0
    can_delete = False
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Fetch what the rows refer to with them."""
        related = [f.name for f in self.model._meta.fields if f.is_relation and f.name in self.fields]
        return super().get_queryset(request).select_related("resume", *related)


ResumeAdmin.inlines = [section_inline(name) for name in SECTIONS]
