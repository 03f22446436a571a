#pragma once

#include <QString>
#include <QVector>

#include "core/output/image_marks.h"
#include "core/output/manifest.h"

namespace fanlight::ui {

/// The state of an item. The catalogue stores Done and Failed; InProgress exists only in the gallery's model.
enum class ImageState { Done, Failed, InProgress };

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
    int rating = 0;  ///< see ImageMarks
    QString note;
    QString reason;  ///< why it failed

    QString file() const { return QString::fromStdString(row.item.place); }
    QString path() const { return folder + u'/' + file(); }
    QString prompt() const { return QString::fromStdString(image_of(row.item).prompt); }
};

/// What the gallery is asked to show; all conditions must hold.
struct GalleryQuery {
    enum class Order { NewestRunFirst, OldestRunFirst, BestFirst };
    enum class Show { All, Unrated, NotRejected, Rejected, Failed };

    QString text;      ///< as the user typed it, see searchText()
    qint64 run = 0;    ///< 0: all
    QString model;     ///< empty: all
    int minStars = 0;  ///< 0: all
    Show show = Show::All;
    Order order = Order::NewestRunFirst;

    bool operator==(const GalleryQuery&) const = default;

    /// Whether `minStars` and `show` let such an image through.
    bool lets(ImageState state, int rating) const {
        if (minStars > 0 && rating < minStars) return false;
        switch (show) {
            case Show::Unrated:
                return rating == 0 && state != ImageState::Failed;
            case Show::NotRejected:
                return rating != rejected;
            case Show::Rejected:
                return rating == rejected;
            case Show::Failed:
                return state == ImageState::Failed;
            default:
                return true;
        }
    }
};

/// What a finished image is worth to the user.
struct RatedImage {
    qint64 id = 0;
    int rating = 0;
};

/// A run in the catalogue.
struct GalleryRun {
    qint64 id = 0;
    QString folder;  ///< absolute path

    bool operator==(const GalleryRun&) const = default;
};

}  // namespace fanlight::ui
