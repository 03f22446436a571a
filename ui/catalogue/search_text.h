#pragma once

#include <QString>

namespace fanlight::ui {

/// Two SQLite FTS5 expressions; empty if there is no such condition.
struct SearchText {
    QString wanted;
    QString excluded;
};

/// What the user typed, as well-formed expressions whatever it is. Every word must begin a word of the prompt, the
/// negative prompt or the settings; "words in quotes" must be adjacent; -word excludes; steps:20 (any name before the
/// colon) searches only the settings.
SearchText searchText(const QString& typed);

}  // namespace fanlight::ui
