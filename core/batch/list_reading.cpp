#include "core/batch/list_reading.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/batch/blanks.h"
#include "core/batch/parameter_rules.h"

namespace fanlight {

namespace {

constexpr size_t max_subjects = 8;

/// The parts between commas that are not blank.
std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> parts;
    for (size_t begin = 0, end = 0; begin <= text.size(); begin = end + 1) {
        end = std::min(text.find(',', begin), text.size());
        if (const std::string_view part = without_blanks(text.substr(begin, end - begin)); !part.empty())
            parts.push_back(part);
    }
    return parts;
}

}  // namespace

void ListNotes::add(const NoteKind& kind, const std::string& subject, const Place& row) {
    auto note = std::find_if(notes_.begin(), notes_.end(), [&](const Note& each) { return each.kind == &kind; });
    if (note == notes_.end()) note = notes_.insert(note, {.kind = &kind, .subjects = {}});
    if (note->rows == 0) note->first = row;
    if (note->rows == 0 || note->last != row) ++note->rows;
    note->last = row;
    if (std::find(note->subjects.begin(), note->subjects.end(), subject) != note->subjects.end()) return;
    if (note->subjects.size() < max_subjects)
        note->subjects.push_back(subject);
    else
        note->has_more_subjects = true;
}

std::vector<Sentence> ListNotes::sentences() const {
    std::vector<Sentence> sentences;
    for (const Note& note : notes_) {
        std::vector<std::string> subjects = note.subjects;
        const Sentence all =
            note.has_more_subjects ? Sentence("%1 and others", join(subjects, ", ")) : listed(subjects);
        const Sentence rows = note.kind->of_images ? counted(note.rows, "%n image", "%n images")
                                                   : counted(note.rows, "%n row", "%n rows");
        const Sentence place = note.rows == 1 ? note.first.sentence() : Sentence("first %1", note.first);
        const bool several = subjects.size() > 1;
        sentences.push_back(Sentence(several ? note.kind->several : note.kind->one, all, rows, place));
    }
    return sentences;
}

void ColumnChoice::rename(std::string_view text, const Place& where) {
    for (const std::string_view part : parts_of(text)) {
        const size_t equals = part.rfind('=');
        const std::string_view column = without_blanks(part.substr(0, std::min(equals, part.size())));
        const std::string_view target =
            equals == std::string_view::npos ? std::string_view() : without_blanks(part.substr(equals + 1));
        if (column.empty() || target.empty())
            throw UsageError("%1: write COLUMN=PARAMETER, such as caption=prompt, not %2.", where, in_quotes(part));
        if (!targets_.emplace(normalised_name(column), target).second)
            throw UsageError("%1: %2 is given twice; leave one out.", where, in_quotes(column));
    }
}

void ColumnChoice::ignore(std::string_view text) {
    for (const std::string_view part : parts_of(text)) leave_out(part);
}

void ColumnChoice::take_as(std::string_view column, std::string_view parameter) {
    targets_.insert_or_assign(normalised_name(column), std::string(parameter));
}

void ColumnChoice::leave_out(std::string_view column) { ignored_.insert(normalised_name(column)); }

const std::string* ColumnChoice::target_of(std::string_view column) const {
    if (targets_.empty()) return nullptr;
    const auto target = targets_.find(normalised_name(column));
    if (target == targets_.end()) return nullptr;
    found_.insert(target->first);
    return &target->second;
}

bool ColumnChoice::is_ignored(std::string_view column) const {
    return !ignored_.empty() && ignored_.contains(normalised_name(column));
}

bool ColumnChoice::replaces(std::string_view parameter) const {
    return std::any_of(targets_.begin(), targets_.end(),
                       [&](const auto& target) { return normalised_name(target.second) == parameter; });
}

std::vector<std::string> ColumnChoice::missing() const {
    std::vector<std::string> missing;
    for (const auto& [column, target] : targets_)
        if (!found_.contains(column)) missing.push_back(column);
    return missing;
}

}  // namespace fanlight
