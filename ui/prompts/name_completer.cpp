#include "ui/prompts/name_completer.h"

#include <QLineEdit>

namespace fanlight::ui {

NameCompleter::NameCompleter(QAbstractItemModel* names, QChar separator, QObject* parent)
    : QCompleter(names, parent), separator_(separator) {
    setCaseSensitivity(Qt::CaseInsensitive);
    setFilterMode(Qt::MatchContains);
    setMaxVisibleItems(10);
}

QStringList NameCompleter::splitPath(const QString& line) const {
    return {separator_.isNull() ? line : line.section(separator_, -1).trimmed()};
}

QString NameCompleter::pathFromIndex(const QModelIndex& index) const {
    const QString name = QCompleter::pathFromIndex(index);
    const auto* line = qobject_cast<const QLineEdit*>(widget());
    const qsizetype last = line && !separator_.isNull() ? line->text().lastIndexOf(separator_) : -1;
    return last < 0 ? name : line->text().left(last + 1) + ' ' + name;
}

}  // namespace fanlight::ui

#include "moc_name_completer.cpp"
