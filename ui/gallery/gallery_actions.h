#pragma once

#include <QAction>
#include <QObject>
#include <QPointer>
#include <QVector>
#include <functional>
#include <vector>

#include "ui/catalogue/catalogue.h"
#include "ui/gallery/gallery_model.h"
#include "ui/gallery/grid_view.h"
#include "ui/gallery/trash.h"
#include "ui/viewer/compare_window.h"
#include "ui/viewer/viewer_window.h"

class QMenu;

namespace fanlight::ui {

/// What can be done with the selected images: by key, from the context menu, some from the bar below the grid.
class GalleryActions : public QObject {
    Q_OBJECT

public:
    GalleryActions(Catalogue& catalogue, GalleryModel& model, GridView& grid);
    ~GalleryActions() override;

    QVector<int> chosenRows() const;
    QList<QAction*> shownInBar() const;
    /// By its name in the table of entries; for tests and menus.
    QAction* action(const QString& name) const { return grid_.findChild<QAction*>(name); }

    Trash& trashCan() { return trash_; }

    ViewerWindow* viewer() const { return viewer_; }
    CompareWindow* compareWindow() const { return compare_; }

    void openViewer(const QModelIndex& index);
    /// Enables the actions that fit the number of selected images.
    void enableActions();

    bool eventFilter(QObject* watched, QEvent* event) override;

Q_SIGNALS:
    void useSettings(const fanlight::Item& image);
    void moreLikeThis(const fanlight::Item& image);
    void problem(const QString& sentence);

private:
    struct Entry;
    static const std::vector<Entry>& entries();

    void makeActions();
    void showMenu(const QPoint& place);
    QVector<qint64> chosenIds() const;
    std::optional<GalleryImage> chosenImage() const;
    void withChosen(std::function<void(std::vector<GalleryImage>)> then);

    void rate(int rating);
    void stepViewer(int by);
    void showInViewer(int row);
    void open();
    void compare();
    void copyImage();
    void copySettings();
    void use();
    void more();
    void openFolder();
    void exportChosen();
    void trash();
    void keepBest();
    void restore();
    void moveToTrash(const QVector<qint64>& ids);

    Catalogue& catalogue_;
    GalleryModel& model_;
    GridView& grid_;
    Trash trash_;
    QPointer<ViewerWindow> viewer_;
    QPointer<CompareWindow> compare_;
};

}  // namespace fanlight::ui
