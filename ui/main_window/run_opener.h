#pragma once

#include <QObject>

namespace fanlight::ui {

class GalleryPane;
class ResultsPane;

/// Opens what the user has chosen or dropped: a run folder, or a results file beside one, in the pane for its results;
/// a folder of pictures in the gallery. Files are read off the GUI thread.
class RunOpener : public QObject {
    Q_OBJECT

public:
    RunOpener(GalleryPane* gallery, ResultsPane* results, QObject* parent = nullptr);

    void open(const QString& path);
    void askForFolder(QWidget* window);

Q_SIGNALS:
    void textsOpened();
    void picturesOpened();
    void problem(const QString& sentence);

private:
    GalleryPane* const gallery_;
    ResultsPane* const results_;
};

}  // namespace fanlight::ui
