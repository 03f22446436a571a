#pragma once

#include <QDialog>
#include <QVector>
#include <vector>

#include "ui/catalogue/gallery_image.h"

class QComboBox;
class QLabel;
class QPushButton;

namespace fanlight::ui {

/// Asks how many stars an image must have to be kept, and says how many are and how many go to the trash.
class KeepBestDialog : public QDialog {
    Q_OBJECT

public:
    /// `areSelected`: the user has selected these images; else they are all that are shown.
    KeepBestDialog(std::vector<RatedImage> images, bool areSelected, QWidget* parent = nullptr);

    /// The images that do not have enough stars.
    QVector<qint64> rest() const;

private:
    int stars() const;
    void showCounts();

    std::vector<RatedImage> images_;
    QComboBox* stars_;
    QLabel* counts_;
    QPushButton* move_;
};

}  // namespace fanlight::ui
