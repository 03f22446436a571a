#include "ui/prompts/name_completer.h"

#include <QAbstractItemView>
#include <QEvent>
#include <QLineEdit>
#include <QScreen>
#include <QScrollBar>
#include <algorithm>

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

/// Qt gives the list the line's width whenever it is shown or what has been typed changes.
bool NameCompleter::eventFilter(QObject* watched, QEvent* event) {
    const bool isPlaced = event->type() == QEvent::Show || event->type() == QEvent::Resize;
    if (isPlaced && watched == popup()) widen();
    return QCompleter::eventFilter(watched, event);
}

void NameCompleter::widen() {
    QAbstractItemView* list = popup();
    const QRect screen = list->screen()->availableGeometry();
    const int wanted =
        list->sizeHintForColumn(0) + list->verticalScrollBar()->sizeHint().width() + 2 * list->frameWidth();
    QRect place = list->geometry();
    if (wanted <= place.width()) return;
    if (list->isRightToLeft())
        place.setLeft(place.right() + 1 - wanted);
    else
        place.setWidth(wanted);
    place.setWidth(std::min(place.width(), screen.width()));
    place.moveLeft(std::clamp(place.left(), screen.left(), screen.right() + 1 - place.width()));
    if (place != list->geometry()) list->setGeometry(place);
}

}  // namespace fanlight::ui

#include "moc_name_completer.cpp"
