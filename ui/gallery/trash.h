#pragma once

#include <QObject>
#include <QString>
#include <QVector>
#include <vector>

#include "ui/catalogue/catalogue.h"

namespace fanlight::ui {

/// Moves finished images to the desktop's trash, remembers beside them that they were culled (so that no one makes them
/// again), and brings the last ones back. Files are moved off the GUI thread, in which this lives.
class Trash : public QObject {
    Q_OBJECT

public:
    explicit Trash(Catalogue& catalogue, QObject* parent = nullptr) : QObject(parent), catalogue_(catalogue) {}

    /// Images whose file is missing already are only remembered.
    void move(std::vector<GalleryImage> images);
    /// Undoes the last move.
    void restore();
    /// How many images restore() would bring back.
    int restorable() const { return static_cast<int>(last_.size()); }

Q_SIGNALS:
    /// These are in the trash now.
    void moved(const QVector<qint64>& ids);
    void restored(int count);
    /// One sentence.
    void problem(const QString& sentence);

private:
    struct Trashed {
        GalleryImage image;
        QString path;  ///< in the trash; empty: it was missing before
    };
    struct Outcome {
        std::vector<Trashed> done;
        QString problem;
    };
    static Outcome moveAll(const std::vector<GalleryImage>& images);
    static Outcome restoreAll(const std::vector<Trashed>& images);

    Catalogue& catalogue_;
    std::vector<Trashed> last_;
};

}  // namespace fanlight::ui
