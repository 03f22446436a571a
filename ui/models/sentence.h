#pragma once

#include <QString>

namespace fanlight::ui {

/// What core says, often without a full stop, since a command line adds its own.
inline QString sentence(const std::string& text) {
    const QString said = QString::fromStdString(text);
    return said.isEmpty() || said.endsWith('.') ? said : said + '.';
}

}  // namespace fanlight::ui
