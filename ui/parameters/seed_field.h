#pragma once

#include <QWidget>
#include <optional>

class QLineEdit;
class QToolButton;

namespace fanlight::ui {

/// The seed of a run's first image: a number of 64 bits, or a random one for each run; the last run's can be taken
/// again.
class SeedField : public QWidget {
    Q_OBJECT

public:
    explicit SeedField(QWidget* parent = nullptr);

    /// Nothing where the text is no seed.
    std::optional<quint64> seed() const;
    bool isRandom() const;
    /// No edited() follows.
    void set(quint64 seed, bool random);

    /// What the last run began with.
    void setLastSeed(quint64 seed);

Q_SIGNALS:
    void edited();

private:
    QLineEdit* number_;
    QToolButton* random_;
    QToolButton* reuse_;
    std::optional<quint64> last_;
};

}  // namespace fanlight::ui
