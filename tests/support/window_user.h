#pragma once

#include <QApplication>
#include <QTabBar>
#include <QTest>
#include <QTimer>
#include <functional>

/// Uses a window of this process by keys and clicks alone, as somebody at a keyboard does.
namespace fanlight::ui {

/// What the keys go to. Where a dialog closed, a desktop hands the focus back to the window behind it; without one
/// that is done here.
inline QWidget* focused() {
    if (QWidget* dialog = QApplication::activeModalWidget())
        if (QApplication::activeWindow() != dialog) QApplication::setActiveWindow(dialog);
    for (QWidget* window : QApplication::topLevelWidgets())
        if (!QApplication::activeWindow() && window->isVisible()) QApplication::setActiveWindow(window);
    QWidget* focus = QApplication::focusWidget();
    return focus ? focus : QApplication::activeWindow();
}

inline void press(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    QTest::keyClick(focused(), Qt::Key(key), modifiers);
}

/// Any characters: QTest::keyClicks() knows those of Latin-1 alone.
inline void type(const QString& text) {
    for (const QChar character : text)
        QTest::sendKeyEvent(QTest::Click, focused(), Qt::Key_unknown, character, Qt::NoModifier);
}

/// The control of this accessible name that can be seen; nullptr: there is none.
template <typename Control>
Control* control(const QWidget& window, const QString& name) {
    for (Control* candidate : window.findChildren<Control*>())
        if (candidate->accessibleName() == name && candidate->isVisible()) return candidate;
    return nullptr;
}

/// Goes from control to control until one is reached that will do; false: all round without meeting it.
inline bool tabTo(const std::function<bool(QWidget*)>& wanted) {
    constexpr int controlsAtMost = 200;
    for (int i = 0; i < controlsAtMost; ++i) {
        if (QApplication::focusWidget() && wanted(QApplication::focusWidget())) return true;
        press(Qt::Key_Tab);
    }
    return false;
}

/// Replaces what a field says.
inline void fill(QWidget* field, const QString& text) {
    QTest::mouseClick(field, Qt::LeftButton, {}, {field->width() / 4, field->height() / 2});
    press(Qt::Key_A, Qt::ControlModifier);
    type(text);
    press(Qt::Key_Tab);
}

/// Clicks a tab of the panes; false: there is none of this title.
inline bool showTab(const QWidget& window, const QString& title) {
    for (QTabBar* bar : window.findChildren<QTabBar*>())
        for (int tab = 0; tab < bar->count(); ++tab) {
            if (bar->tabText(tab) != title || !bar->isVisible()) continue;
            QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(tab).center());
            return true;
        }
    return false;
}

/// Does `answer` with the next modal dialog, as soon as it is there. Dialogs that block come back into their own event
/// loop, so this is called before what opens them.
inline void whenAsked(const std::function<void(QWidget* dialog)>& answer) {
    auto* timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, qApp, [timer, answer] {
        QWidget* dialog = QApplication::activeModalWidget();
        if (!dialog || !dialog->isVisible()) return;
        timer->deleteLater();
        timer->stop();
        answer(dialog);
    });
    timer->start(10);
}

}  // namespace fanlight::ui
