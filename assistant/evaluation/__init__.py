"""Questions with known answers become scores: how well a corpus is searched, answered from and cited."""
