#pragma once

#include <QList>
#include <QObject>

class QAction;
class QDockWidget;
class QMainWindow;
class QWidget;

namespace fanlight::ui {

/// The docks around the prompt list: the initial place of each pane, and how the user has arranged them. On a small
/// screen all of them share one place beside the list. What is remembered is the same in languages of both directions:
/// the other one shows its mirror image.
class PaneDocks : public QObject {
    Q_OBJECT

public:
    struct Panes {
        QWidget *parameters, *gallery, *details, *queue, *devices, *results;
    };

    PaneDocks(const Panes& panes, QMainWindow* window);

    /// One per pane, with Alt and its number as the shortcut; for the menu. Each shows its pane, or hides it if it can
    /// be seen already: one behind another comes to the front.
    QList<QAction*> toggleActions() const { return toggles_; }

    /// Whether it is in a pane that lies behind another one of the same place.
    bool isCovered(const QWidget* widget) const;

    /// In front of what shares its place; the results are hidden until the first run of texts.
    void showResults();
    void showGallery();

    /// Restores the window's place and the user's arrangement, as far as they fit the screen. Call it before show().
    void restore();
    void remember() const;
    /// Restores the initial arrangement.
    void reset();

private:
    QDockWidget* add(const QString& name, const QString& title, QWidget* pane);
    void arrange();
    void arrangeInOnePlace();
    bool restoreArrangement(const QByteArray& stored);

    QMainWindow* const window_;
    QList<QAction*> toggles_;
    QDockWidget* parameters_;
    QDockWidget* gallery_;
    QDockWidget* details_;
    QDockWidget* queue_;
    QDockWidget* devices_;
    QDockWidget* results_;
    QByteArray initial_;
};

}  // namespace fanlight::ui
