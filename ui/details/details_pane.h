#pragma once

#include <QTimer>
#include <QWidget>
#include <optional>

#include "ui/catalogue/gallery_image.h"
#include "ui/details/image_settings.h"

class QGridLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace fanlight::ui {

/// Everything known about one image: its settings, what made it, the user's note, and the text that other programs
/// read.
class DetailsPane : public QWidget {
    Q_OBJECT

public:
    explicit DetailsPane(QWidget* parent = nullptr);

    void showImage(const fanlight::ui::GalleryImage& image);
    /// A PNG from anywhere.
    void showFile(const QString& path);
    /// No image, or this many, are selected.
    void showCount(qsizetype selected);

Q_SIGNALS:
    void useSettings(const fanlight::Item& image);
    /// The same prompt and settings with the seeds after this one's.
    void moreLikeThis(const fanlight::Item& image);
    /// The user has written a note on the image of this id in the catalogue.
    void noteChanged(qint64 id, const QString& note);

protected:
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeContents();
    void makeNote();
    void showNote(const GalleryImage& image);
    void limitNote();
    void handOverNote();
    void fill(QGridLayout* grid, const QVector<ImageSetting>& settings);
    void openFolder() const;

    QStackedWidget* pages_;
    QLabel* empty_;
    QLabel* notice_;
    QGridLayout* settings_;
    QLabel* noteTitle_;
    QPlainTextEdit* note_;
    QTimer typing_;  ///< runs while a note has not been handed over
    QGridLayout* origin_;
    QLabel* infotextTitle_;
    QPlainTextEdit* infotext_;
    QPushButton* use_;
    QPushButton* more_;
    QPushButton* copy_;
    std::optional<GalleryImage> image_;
};

}  // namespace fanlight::ui
