#pragma once

#include <QApplication>
#include <QTabBar>
#include <QTest>
#include <QTimer>
#include <functional>

/// Operates a window of this process by keys and clicks only, as a user would.
namespace fanlight::ui {

/// The widget that receives key strokes. When a dialog closes, a desktop gives the focus back to the window behind it;
/// without a desktop that is done here.
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

/// Types any characters: QTest::keyClicks() supports only Latin-1.
inline void type(const QString& text) {
    for (const QChar character : text)
        QTest::sendKeyEvent(QTest::Click, focused(), Qt::Key_unknown, character, Qt::NoModifier);
}

/// The visible control with this accessible name; nullptr: none.
template <typename Control>
Control* control(const QWidget& window, const QString& name) {
    for (Control* candidate : window.findChildren<Control*>())
        if (candidate->accessibleName() == name && candidate->isVisible()) return candidate;
    return nullptr;
}

/// Tabs from control to control until `wanted` accepts one; false: none did.
inline bool tabTo(const std::function<bool(QWidget*)>& wanted) {
    constexpr int maxControls = 200;
    for (int i = 0; i < maxControls; ++i) {
        if (QApplication::focusWidget() && wanted(QApplication::focusWidget())) return true;
        press(Qt::Key_Tab);
    }
    return false;
}

/// Replaces the text of a field.
inline void fill(QWidget* field, const QString& text) {
    QTest::mouseClick(field, Qt::LeftButton, {}, {field->width() / 4, field->height() / 2});
    press(Qt::Key_A, Qt::ControlModifier);
    type(text);
    press(Qt::Key_Tab);
}

/// Clicks the tab with this title; false: there is none.
inline bool showTab(const QWidget& window, const QString& title) {
    for (QTabBar* bar : window.findChildren<QTabBar*>())
        for (int tab = 0; tab < bar->count(); ++tab) {
            if (bar->tabText(tab) != title || !bar->isVisible()) continue;
            QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(tab).center());
            return true;
        }
    return false;
}

/// Calls `answer` with the next modal dialog as soon as it appears. Dialogs block in their own event loop, so call this
/// before whatever opens them.
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
