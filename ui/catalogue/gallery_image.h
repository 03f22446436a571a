#pragma once

#include <QString>
#include <QVector>

#include "core/output/manifest.h"

namespace fanlight::ui {

/// The state of an item. The catalogue stores Done and Failed; InProgress exists only in the gallery's model.
enum class ImageState { Done, Failed, InProgress };

/// Stars: 1 to 5, 0 for none, -1 for a reject.
inline constexpr int rejected = -1;
inline constexpr int maxStars = 5;

/// An image's id in the catalogue: the run in the upper 32 bits, the item in the lower ones, so that a range of ids is
/// a run and a run's images are in the order of its prompts.
inline qint64 imageId(qint64 run, qint64 item) { return run << 32 | item; }
inline qint64 runOf(qint64 id) { return id >> 32; }

/// One image as the gallery knows it. For a failed item only `row.item` is meaningful.
struct GalleryImage {
    qint64 id = 0;
    QString folder;  ///< absolute path of the run folder
    ManifestRow row;
    ImageState state = ImageState::Done;
    int rating = 0;
    QString reason;  ///< why it failed

    QString file() const { return QString::fromStdString(row.item.place); }
    QString path() const { return folder + u'/' + file(); }
    QString prompt() const { return QString::fromStdString(image_of(row.item).prompt); }
};

/// What the gallery is asked to show; all conditions must hold.
struct GalleryQuery {
    enum class Order { NewestRunFirst, OldestRunFirst, BestFirst };

    QString text;      ///< as the user typed it, see searchText()
    qint64 run = 0;    ///< 0: all
    QString model;     ///< empty: all
    int minStars = 0;  ///< 0: all, `rejected`: only rejects
    bool failedOnly = false;
    Order order = Order::NewestRunFirst;

    bool operator==(const GalleryQuery&) const = default;
};

/// A run in the catalogue.
struct GalleryRun {
    qint64 id = 0;
    QString folder;  ///< absolute path

    bool operator==(const GalleryRun&) const = default;
};

}  // namespace fanlight::ui
