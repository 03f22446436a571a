#pragma once

#include <QHash>
#include <QImage>
#include <QPointer>
#include <QWidget>

#include "ui/catalogue/catalogue.h"
#include "ui/gallery/gallery_model.h"
#include "ui/gallery/thumbnail_loader.h"

class QLabel;
class QSlider;
class QStackedWidget;

namespace fanlight::ui {

class FilterBar;
class GalleryActions;
class GridView;

/// All images of all runs: search and filters above, the grid, and what can be done with the chosen ones below. Images
/// in the making are shown between the others, and become them.
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

public Q_SLOTS:
    /// A run folder, or a folder of PNGs: from now on it belongs to the gallery.
    void addFolder(const QString& folder);
    /// An image that was just made.
    void addImage(const QString& folder, const fanlight::ManifestRow& row);
    /// The same, where no more is known than its file: the rest is read from its texts, off this thread.
    void addMadeImage(const QString& folder, qint64 item, const QString& file, double seconds);
    void addFailure(const QString& folder, const fanlight::Item& item, const QString& reason);
    /// Of an image in the making, of a folder that was added.
    void showProgress(const QString& folder, qint64 item, int step, int of);
    void showPreview(const QString& folder, qint64 item, const QImage& preview);
    /// The run is over or paused: what was in the making is not any more.
    void stopMaking(const QString& folder);
    /// One plain sentence above the grid; empty: none.
    void showProblem(const QString& sentence);

Q_SIGNALS:
    /// One image is chosen; see selectionChanged for none and several.
    void imageChosen(const fanlight::ui::GalleryImage& image);
    void selectionChanged(qsizetype count);
    void useSettings(const fanlight::ImageParameters& parameters);
    void moreLikeThis(const fanlight::ImageParameters& parameters);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void layOut();
    QWidget* makeFooter();
    QWidget* makeEmptyPage();
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
    QLabel* count_;
    QLabel* empty_;
    QSlider* size_;
    QHash<QString, qint64> runs_;  ///< by folder
    qint64 current_ = 0;           ///< kept over a new query
};

}  // namespace fanlight::ui
