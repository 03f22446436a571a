#pragma once

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLineEdit>
#include <QRadioButton>
#include <QScrollBar>
#include <QTest>
#include <QTextBrowser>
#include <algorithm>

/// What the Tab key reaches in a window that is shown and active.
namespace fanlight {

inline QString describe(const QWidget* widget) {
    return QString("%1 \"%2\" in %3")
        .arg(widget->metaObject()->className(),
             widget->accessibleName().isEmpty() ? widget->objectName() : widget->accessibleName(),
             widget->parentWidget() ? widget->parentWidget()->metaObject()->className() : "nothing");
}

/// Whether Tab has to stop there: not behind the tab of another dock, whose docks Qt only moves out of the window.
inline bool isStop(const QWidget* widget, const QWidget& window) {
    const auto* radio = qobject_cast<const QRadioButton*>(widget);  // arrows go to the others
    const QWidget* part = widget;
    while (part && part->parentWidget() != &window) part = part->parentWidget();
    const bool isCovered = part && !window.rect().intersects(part->geometry());
    return widget->window() == &window && widget->isVisible() && widget->isEnabled() && !widget->focusProxy() &&
           (widget->focusPolicy() & Qt::TabFocus) && (!radio || radio->isChecked()) && !isCovered;
}

inline QList<QWidget*> stopsOf(const QWidget& window) {
    QList<QWidget*> stops = window.findChildren<QWidget*>();
    stops.removeIf([&](const QWidget* widget) { return !isStop(widget, window); });
    return stops;
}

/// Buttons for the mouse alone, as far as they are not parts of other controls.
inline QStringList buttonsWithoutKeys(const QWidget& window) {
    QStringList found;
    for (const auto* button : window.findChildren<QAbstractButton*>()) {
        const QWidget* whole = button->parentWidget();
        const bool isPart = qobject_cast<const QLineEdit*>(whole) || qobject_cast<const QAbstractItemView*>(whole) ||
                            button->objectName().startsWith("qt_dockwidget");
        const bool isInGroup = qobject_cast<const QRadioButton*>(button);  // by the arrow keys
        if (button->isVisible() && !isPart && !isInGroup && !(button->focusPolicy() & Qt::TabFocus))
            found << describe(button);
    }
    return found;
}

/// Every control that `key` (Tab or Backtab) reaches from the one that has the focus, until it comes back or has gone
/// on for longer than there are controls. In a page the key goes from link to link, which is one stop.
inline QList<QWidget*> walk(QWidget& window, Qt::Key key) {
    constexpr int mostLinks = 100;
    QList<QWidget*> reached;
    QWidget* const first = window.focusWidget();
    const auto limit = 2 * stopsOf(window).size() + 2;
    int links = 0;
    do {
        const QWidget* const before = window.focusWidget();
        QTest::keyClick(window.focusWidget(), key);
        const bool isLink = window.focusWidget() == before && qobject_cast<const QTextBrowser*>(before);
        if (!isLink || ++links > mostLinks) reached << window.focusWidget();
    } while ((reached.isEmpty() || reached.last() != first) && reached.size() < limit);
    return reached;
}

/// One line for each control that Tab or Backtab misses or reaches twice; empty: each is reached once both ways.
inline QString walkMistakes(QWidget& window) {
    if (!QTest::qWaitForWindowActive(&window)) return "The window is not active.";
    QStringList mistakes = buttonsWithoutKeys(window);
    const QList<QWidget*> stops = stopsOf(window);
    if (stops.isEmpty()) return "There is nothing to reach.";
    if (!isStop(window.focusWidget() ? window.focusWidget() : &window, window)) stops.first()->setFocus();
    QList<QWidget*> forwards = walk(window, Qt::Key_Tab), backwards = walk(window, Qt::Key_Backtab);
    for (QList<QWidget*>* way : {&forwards, &backwards})  // others have come meanwhile
        way->removeIf([&](QWidget* widget) { return !stops.contains(widget); });
    for (QWidget* stop : stops) {
        if (forwards.count(stop) != 1)
            mistakes << QString("Tab: %1 times at %2").arg(forwards.count(stop)).arg(describe(stop));
        if (backwards.count(stop) != 1)
            mistakes << QString("Backtab: %1 times at %2").arg(backwards.count(stop)).arg(describe(stop));
    }
    if (!mistakes.isEmpty()) {
        QStringList way;
        for (const QWidget* widget : forwards) way << describe(widget);
        mistakes << "Tab goes: " + way.join(", ");
    }
    std::reverse(backwards.begin(), backwards.end());  // both end where they began
    std::rotate(backwards.begin(), backwards.begin() + 1, backwards.end());
    if (mistakes.isEmpty() && forwards != backwards) mistakes << "Backtab does not go Tab's way back.";
    return mistakes.join('\n');
}

}  // namespace fanlight
