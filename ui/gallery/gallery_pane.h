#pragma once

#include <QHash>
#include <QImage>
#include <QPointer>
#include <QWidget>

#include "ui/catalogue/catalogue.h"
#include "ui/gallery/gallery_model.h"
#include "ui/gallery/thumbnail_loader.h"

class QAction;
class QLabel;
class QSlider;
class QStackedWidget;

namespace fanlight::ui {

class FilterBar;
class GalleryActions;
class GridView;

/// All images of all runs: search and filters above, the grid, and actions on the selected images below. Images in
/// progress are shown among the others.
class GalleryPane : public QWidget {
    Q_OBJECT

public:
    /// With the user's catalogue.
    explicit GalleryPane(QWidget* parent = nullptr);
    GalleryPane(const QString& catalogueFolder, QWidget* parent);

    GalleryModel& images() { return model_; }
    GridView& grid() { return *grid_; }
    GalleryActions& actions() { return *actions_; }
    FilterBar& filters() { return *filters_; }
    /// Checkable: whether the grid scrolls to each image that has been made. Scrolling up unchecks it.
    QAction* followAction() const { return follow_; }

public Q_SLOTS:
    /// Adds a run folder, or a folder of PNGs, to the gallery for good.
    void addFolder(const QString& folder);
    /// An image that has just been made.
    void addImage(const QString& folder, const fanlight::ManifestRow& row);
    void addFailure(const QString& folder, const fanlight::Item& item, const QString& reason);
    /// Progress of an image; its folder must have been added.
    void showProgress(const QString& folder, qint64 item, int step, int of);
    void showPreview(const QString& folder, qint64 item, const QImage& preview);
    /// The run has ended or is paused: nothing is in progress any more.
    void clearProgress(const QString& folder);
    /// One sentence above the grid; empty: hidden.
    void showProblem(const QString& sentence);
    void setNote(qint64 id, const QString& note);

Q_SIGNALS:
    /// One image is selected; for none or several see selectionChanged.
    void imageChosen(const fanlight::ui::GalleryImage& image);
    void selectionChanged(qsizetype count);
    void useSettings(const fanlight::Item& image);
    void moreLikeThis(const fanlight::Item& image);
    /// The user has chosen a folder to be shown, or dropped a file or folder here.
    void folderChosen(const QString& path);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void layOut();
    QWidget* makeFooter();
    QWidget* makeEmptyPage();
    QWidget* makeTrashNotice();
    void connectParts();
    void takeLists(const std::vector<GalleryRun>& runs, const QStringList& models);
    void chosenChanged();
    void showCounts();

    Catalogue catalogue_;
    ThumbnailLoader thumbnails_;
    GalleryModel model_;
    FilterBar* filters_;
    GridView* grid_;
    GalleryActions* actions_;
    QStackedWidget* pages_;
    QLabel* problem_;
    QWidget* trashNotice_;
    QLabel* trashed_;
    QAction* follow_;
    QLabel* count_;
    QLabel* empty_;
    QSlider* size_;
    QHash<QString, qint64> runs_;  ///< by folder
    qint64 current_ = 0;           ///< stays current after a new query
};

}  // namespace fanlight::ui
