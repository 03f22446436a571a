#pragma once

#include <QList>
#include <QObject>

class QAction;
class QDockWidget;
class QMainWindow;
class QWidget;

namespace fanlight::ui {

/// The docks around the prompt list: the initial place of each pane, and how the user has arranged them.
class PaneDocks : public QObject {
    Q_OBJECT

public:
    struct Panes {
        QWidget *parameters, *gallery, *details, *queue, *devices, *results;
    };

    PaneDocks(const Panes& panes, QMainWindow* window);

    /// One per pane, with Alt and its number as the shortcut; for the menu.
    QList<QAction*> toggleActions() const { return toggles_; }

    /// In front of what shares its place; the results are hidden until the first run of texts.
    void showResults();
    void showGallery();

    /// Restores the user's arrangement.
    void restore();
    void remember() const;
    /// Restores the initial arrangement.
    void reset();

private:
    QDockWidget* add(const QString& name, const QString& title, QWidget* pane, Qt::DockWidgetArea area);

    QMainWindow* const window_;
    QDockWidget* gallery_;
    QDockWidget* results_;
    QList<QAction*> toggles_;
    QByteArray initial_;
};

}  // namespace fanlight::ui
