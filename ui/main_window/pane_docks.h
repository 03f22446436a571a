#pragma once

#include <QList>
#include <QObject>

class QAction;
class QDockWidget;
class QMainWindow;
class QWidget;

namespace fanlight::ui {

/// The docks around the prompt list: where each pane stands at first, and how the user has arranged them.
class PaneDocks : public QObject {
    Q_OBJECT

public:
    struct Panes {
        QWidget *parameters, *gallery, *details, *queue, *devices;
    };

    PaneDocks(const Panes& panes, QMainWindow* window);

    /// One a pane, with Alt and its number; for the menu.
    QList<QAction*> toggleActions() const { return toggles_; }

    /// As the user left them.
    void restore();
    void remember() const;
    /// As they stood at first.
    void reset();

private:
    QDockWidget* add(const QString& name, const QString& title, QWidget* pane, Qt::DockWidgetArea area);

    QMainWindow* const window_;
    QList<QAction*> toggles_;
    QByteArray first_;
};

}  // namespace fanlight::ui
