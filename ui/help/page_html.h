#pragma once

#include <QString>

class QPalette;

namespace fanlight::ui {

/// A page of the manual for a text browser: Markdown as HTML in the colours of the window, each heading an anchor of
/// the name that it has on GitHub ("Score texts" is "score-texts"). (A browser that reads Markdown itself lays a table
/// out again after each row: 10 s instead of 0.1 s for the page of options.)
QString pageHtml(const QString& markdown, const QPalette& palette);

}  // namespace fanlight::ui
